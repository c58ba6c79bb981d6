-- What somebody did to an inbox: redriven, replayed, purged. A row stands from the decision on and says when the projector
-- had applied it from the log; a rebuild makes it again. settled: what was done after the decision and before that, so
-- that a replay does not show it again in between.
create table inbox.operation (
  id         uuid           not null primary key,
  org        uuid           not null,
  inbox      uuid           not null,
  kind       text           not null,
  key_id     text           not null,
  asked      text           not null,
  decided_at timestamptz    not null,
  sequences  int8multirange not null,
  settled    int8multirange not null default '{}',
  applied_at timestamptz
);

create index operation_by_inbox on inbox.operation (inbox, decided_at, id);
create index operation_pending on inbox.operation (inbox) where applied_at is null;

alter table inbox.operation enable row level security;
alter table inbox.operation force row level security;
create policy own_org on inbox.operation to triggers_reader
  using (org = nullif(current_setting('app.org', true), '')::uuid)
  with check (org = nullif(current_setting('app.org', true), '')::uuid);
grant select, insert, update on inbox.operation to triggers_reader;
grant select, insert, update, delete on inbox.operation to triggers_projector;

-- What a redrive needs of a throttled submission besides its data.
alter table inbox.rejection
  add column ce_id      text,
  add column subject    text,
  add column time       text,
  add column dedup_id   text,
  add column extensions jsonb;
