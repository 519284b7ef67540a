SELECT site,
       round(sum(quantity * kilograms_units(weight, unit)), 1) AS kilograms,
       weight_text_units(sum(quantity * kilograms_units(weight, unit))) AS weight
FROM read_csv('seeds/stock.csv')
GROUP BY site
ORDER BY kilograms DESC
