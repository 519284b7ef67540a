SELECT id, time, magnitude, depth_km, place, region, latitude, longitude
FROM 'seeds/earthquakes.csv'
WHERE magnitude >= $min_magnitude
  AND ($region IS NULL OR region ILIKE $region)
  AND ($since IS NULL OR time >= $since)
ORDER BY magnitude DESC, time DESC
LIMIT $limit
