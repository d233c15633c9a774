-- Records under their keys, and the lists in which they stand.

CREATE TABLE record (
    kind    TEXT    NOT NULL,
    key     BLOB    NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;

-- The rows lie in the order of the list: a page is one walk.
CREATE TABLE entry (
    list     TEXT NOT NULL,
    position BLOB NOT NULL,
    kind     TEXT NOT NULL,
    key      BLOB NOT NULL,
    PRIMARY KEY (list, position)
) STRICT, WITHOUT ROWID;

-- For a change of a record: where it stands.
CREATE INDEX entry_of ON entry (kind, key);
