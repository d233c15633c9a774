-- A page of a list: from $2 on, before $3, and no more than $4.
SELECT listed.position, there.version, there.body::text
FROM (
    SELECT position, kind, key
    FROM entry
    WHERE list = $1 AND position >= $2 AND position < $3
    ORDER BY position
    LIMIT $4
) AS listed
CROSS JOIN LATERAL (
    -- OFFSET 0 keeps a look-up by key one: it is not turned into a join that reads the table.
    SELECT version, body FROM record WHERE record.kind = listed.kind AND record.key = listed.key OFFSET 0
) AS there
ORDER BY listed.position
