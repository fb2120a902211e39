INSERT INTO flow (tenant, band) VALUES (:tenant, :band) RETURNING id;
