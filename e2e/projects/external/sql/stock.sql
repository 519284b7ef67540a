ATTACH IF NOT EXISTS '' AS warehouse (TYPE postgres, SECRET warehouse, READ_ONLY);
SELECT item, pieces FROM warehouse.stock WHERE item = $item
