-- An organisation that is deleted keeps its row, so that its id is never another's and its keys stay refused, with a
-- version by which every copy of them is known to be older.

alter table access.org add column deleted_at timestamptz;
