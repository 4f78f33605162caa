-- Where things stand in each order of the list: it is cut into stretches of
-- about a thousand items, and of each is kept how many it has of what the
-- filters ask for. The row at a place of the list is then found by adding up
-- and a short walk, not by walking from an end.
CREATE TABLE stretches (
  sort    TEXT    NOT NULL,  -- the column of items it is an order of
  account INTEGER NOT NULL,  -- 0: all
  key     ANY     NOT NULL,  -- the stretch goes from this value of the column
  id      INTEGER NOT NULL,  -- and this item on to the next stretch of account 0
  state   INTEGER NOT NULL,
  one     INTEGER NOT NULL,  -- exactly one copy
  n       INTEGER NOT NULL,  -- never 0
  PRIMARY KEY (sort, account, key, id, state, one)
) STRICT, WITHOUT ROWID;
