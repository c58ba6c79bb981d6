-- What owners of inboxes are told at their notification_url. A row for each inbox that has or had one; at most one
-- notification under way in it: message is its id, count what it says. What arrives meanwhile is waiting for the next.
create table inbox.notification (
  inbox           uuid        not null primary key references inbox.inbox (id) on delete cascade,
  org             uuid        not null,
  url             text,
  secret          bytea       not null
    default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')),
  previous_secret bytea,
  previous_until  timestamptz,
  -- Arrivals up to this sequence are counted.
  counted         bigint      not null,
  waiting         bigint      not null default 0,
  -- One was given up since the last that was delivered.
  missed          boolean     not null default false,
  -- The next one is not sent before this.
  not_before      timestamptz,
  message         uuid,
  count           bigint,
  redelivery      boolean,
  attempt         int         not null default 0,
  begun_at        timestamptz,
  due_at          timestamptz,
  -- An instance is sending it; after this another one may.
  taken_until     timestamptz,
  -- The receiver wants no more.
  stopped_at      timestamptz,
  last_at         timestamptz,
  last_result     text
);

create index notification_due on inbox.notification (due_at) where due_at is not null;
create index notification_taken on inbox.notification (org, taken_until) where taken_until is not null;
create index notification_by_org on inbox.notification (org);

alter table inbox.notification enable row level security;
alter table inbox.notification force row level security;
create policy own_org on inbox.notification to triggers_reader
  using (org = nullif(current_setting('app.org', true), '')::uuid)
  with check (org = nullif(current_setting('app.org', true), '')::uuid);

grant select, insert, update on inbox.notification to triggers_reader;
grant select, insert, update, delete on inbox.notification to triggers_projector;
