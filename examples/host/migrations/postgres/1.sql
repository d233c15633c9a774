-- Records under their keys, and the lists in which they stand.

CREATE TABLE record (
    kind    text   COLLATE "C" NOT NULL,
    key     bytea  NOT NULL,
    version bigint NOT NULL,
    -- `json` keeps the text as it was written, and `jsonb` would not: it refuses `\u0000`, which a field may hold.
    body    json   NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE entry (
    list     text  COLLATE "C" NOT NULL,
    position bytea NOT NULL,
    kind     text  COLLATE "C" NOT NULL,
    key      bytea NOT NULL,
    PRIMARY KEY (list, position)
);

-- For a change of a record: where it stands.
CREATE INDEX entry_of ON entry (kind, key);

-- Applies all changes and answers true, or none and answers false. A call is one statement, and so a transaction of its
-- own: it takes one round trip, and no lock waits for the host.
--
-- Change number n is actions[n] (`insert`, `update`, `delete` or `unchanged`) on the record under kinds[n], keys[n],
-- which must have the version versions[n], or be absent where that is null; bodies[n] is what is written. What is
-- written stands in the lists entry_lists, at entry_positions, each with its kind and key.
CREATE FUNCTION commit_changes(
    actions         text[],
    kinds           text[],
    keys            bytea[],
    versions        bigint[],
    bodies          text[],
    entry_lists     text[],
    entry_positions bytea[],
    entry_kinds     text[],
    entry_keys      bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    wanted  record;
    written bigint;
    counted bigint := 0;
BEGIN
    -- With any other isolation the statements after the locks would see what was there before the locks.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'commit_changes runs in READ COMMITTED alone';
    END IF;

    -- One lock for each key, that of an absent record too, which has no row to lock: shared where nothing is written,
    -- so that a record which many commits rest on is no bottleneck and is not written by them. All callers take them
    -- in one order, so none waits in a circle. They end with the transaction, once what it wrote can be seen.
    FOR wanted IN
        SELECT hashtextextended(kind || ' ' || encode(key, 'hex'), 0) AS number, bool_and(action = 'unchanged') AS shared
        FROM unnest(actions, kinds, keys) AS change (action, kind, key)
        GROUP BY number
        ORDER BY number
    LOOP
        IF wanted.shared THEN
            PERFORM pg_advisory_xact_lock_shared(wanted.number);
        ELSE
            PERFORM pg_advisory_xact_lock(wanted.number);
        END IF;
    END LOOP;

    -- A statement of its own: it sees all that was committed before the locks were had.
    PERFORM FROM unnest(kinds, keys, versions) AS change (kind, key, version)
        LEFT JOIN LATERAL (
            SELECT version FROM record WHERE record.kind = change.kind AND record.key = change.key OFFSET 0
        ) AS there ON true
        WHERE there.version IS DISTINCT FROM change.version;
    IF FOUND THEN
        RETURN false;
    END IF;

    -- The versions stand in the conditions once more, and the rows are counted: against whoever writes without the locks.
    IF 'insert' = ANY (actions) THEN
        INSERT INTO record (kind, key, version, body)
            SELECT kind, key, 1, body::json
            FROM unnest(actions, kinds, keys, bodies) AS change (action, kind, key, body)
            WHERE action = 'insert'
            ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        counted := counted + written;
    END IF;
    IF 'update' = ANY (actions) THEN
        UPDATE record SET version = record.version + 1, body = change.body::json
            FROM unnest(actions, kinds, keys, versions, bodies) AS change (action, kind, key, version, body)
            WHERE action = 'update' AND record.kind = change.kind AND record.key = change.key
                AND record.version = change.version;
        GET DIAGNOSTICS written = ROW_COUNT;
        counted := counted + written;
    END IF;
    IF 'delete' = ANY (actions) THEN
        DELETE FROM record
            USING unnest(actions, kinds, keys, versions) AS change (action, kind, key, version)
            WHERE action = 'delete' AND record.kind = change.kind AND record.key = change.key
                AND record.version = change.version;
        GET DIAGNOSTICS written = ROW_COUNT;
        counted := counted + written;
    END IF;
    IF counted <> cardinality(array_remove(actions, 'unchanged')) THEN
        RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'a record was written past commit_changes';
    END IF;

    -- Most updates change no list: what stands where it should is left alone.
    IF 'update' = ANY (actions) OR 'delete' = ANY (actions) THEN
        DELETE FROM entry
            USING unnest(actions, kinds, keys) AS change (action, kind, key)
            WHERE action IN ('update', 'delete') AND entry.kind = change.kind AND entry.key = change.key
                AND NOT EXISTS (
                    SELECT FROM unnest(entry_lists, entry_positions) AS listed (list, position)
                    WHERE listed.list = entry.list AND listed.position = entry.position
                );
    END IF;
    IF cardinality(entry_lists) > 0 THEN
        INSERT INTO entry (list, position, kind, key)
            SELECT list, position, kind, key
            FROM unnest(entry_lists, entry_positions, entry_kinds, entry_keys) AS listed (list, position, kind, key)
            WHERE NOT EXISTS (
                SELECT FROM entry
                WHERE entry.list = listed.list AND entry.position = listed.position
                    AND entry.kind = listed.kind AND entry.key = listed.key
            );
    END IF;
    RETURN true;
END
$$;
