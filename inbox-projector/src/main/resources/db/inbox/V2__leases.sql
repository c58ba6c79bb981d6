-- A delivery row can be leased: handed out to one consumer until an instant. lease numbers the leases of an inbox; a row
-- that was released or whose lease ended may be handed out again, under a new number.
alter table inbox.inbox add column leases bigint not null default 0;

alter table inbox.delivery
  add column lease        bigint,
  add column leased_until timestamptz,
  add column available_at timestamptz,
  add column quarantined  boolean not null default false;

create index delivery_by_lease on inbox.delivery (inbox, lease) where lease is not null;

-- What lease ids are signed with, the same on every instance. Two random UUIDs hold 244 random bits.
create table inbox.secret (
  name  text  not null primary key,
  value bytea not null
);

insert into inbox.secret (name, value)
values ('lease', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

grant select on inbox.secret to triggers_reader;
