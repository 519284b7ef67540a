SELECT id, name, email, department, title, hired_on, salary, national_id
FROM 'seeds/employees.csv'
WHERE ($department IS NULL OR department = $department)
  AND ($name IS NULL OR name ILIKE '%' || $name || '%')
ORDER BY name
