-- An access token, and all that bears on it, from the moment of one statement: what it names, and the roles that its
-- client or user holds. The paths are those of the records' serde form, which is a promise.
--
-- OFFSET 0 keeps a look-up by key one: it is not turned into a join that reads the table.
WITH token AS MATERIALIZED (
    SELECT
        version,
        body,
        uuid_send((body #>> '{access_token,organization}')::uuid) AS organization,
        uuid_send((body #>> '{access_token,client}')::uuid) AS client,
        uuid_send((body #>> '{access_token,holder,user,user}')::uuid) AS holder,
        uuid_send((body #>> '{access_token,holder,user,family}')::uuid) AS family
    FROM record
    WHERE kind = 'access_token' AND key = $1
),
parent AS MATERIALIZED (
    SELECT there.version, there.body, token.organization
    FROM token
    CROSS JOIN LATERAL (VALUES
        ('organization', organization),
        ('client', client),
        ('authorization', organization || client),
        ('family', family),
        ('user_consent', organization || client || holder),
        ('user', organization || holder)
    ) AS named (kind, key)
    CROSS JOIN LATERAL (
        SELECT version, body FROM record WHERE record.kind = named.kind AND record.key = named.key OFFSET 0
    ) AS there
),
held AS MATERIALIZED (
    SELECT DISTINCT organization || uuid_send((granted ->> 'role')::uuid) AS key
    FROM parent
    CROSS JOIN LATERAL json_array_elements(
        coalesce(body #> '{user,state,active}', body #> '{client,grant,client_credentials,roles}')
    ) AS granted
)
SELECT version, body::text FROM token
UNION ALL
SELECT version, body::text FROM parent
UNION ALL
SELECT there.version, there.body::text
FROM held
CROSS JOIN LATERAL (
    SELECT version, body FROM record WHERE record.kind = 'role' AND record.key = held.key OFFSET 0
) AS there
