-- How many submissions of an org got which outcome, by the hour in which the log took them: decision time, which is the
-- log's clock and never goes backwards within an org. So the accepted ones of an hour are one run of sequences.
create table inbox.hour (
  org            uuid        not null,
  hour           timestamptz not null,
  outcome        text        not null,
  submissions    bigint      not null,
  first_sequence bigint,
  last_sequence  bigint,
  primary key (org, hour, outcome)
);

-- The highest offset of ingested whose outcome each topic of outcomes brought, by partition of ingested. A topic brings
-- the outcomes of a partition in the order of its offsets.
create table inbox.decided (
  topic     text   not null,
  partition int    not null,
  through   bigint not null,
  primary key (topic, partition)
);

-- What stands already. The owner sees no row while row-level security is forced.
alter table inbox.event no force row level security;
alter table inbox.rejection no force row level security;
alter table inbox.marker no force row level security;

insert into inbox.hour (org, hour, outcome, submissions, first_sequence, last_sequence)
select org, date_trunc('hour', accepted_at, 'UTC'), 'accepted', count(*), min(sequence), max(sequence)
from inbox.event group by 1, 2
union all
select org, date_trunc('hour', decided_at, 'UTC'), outcome, count(*), null, null
from inbox.rejection group by 1, 2, 3;

insert into inbox.decided (topic, partition, through)
select 'triggers.accepted', receipt_partition, max(receipt_offset) from inbox.event group by 2
union all
select 'triggers.rejected', receipt_partition, max(receipt_offset) from inbox.rejection group by 2
union all
select 'triggers.dispositions', receipt_partition, max(receipt_offset) from inbox.marker group by 2;

alter table inbox.event force row level security;
alter table inbox.rejection force row level security;
alter table inbox.marker force row level security;

alter table inbox.hour enable row level security;
alter table inbox.hour force row level security;
create policy own_org on inbox.hour to triggers_reader
  using (org = nullif(current_setting('app.org', true), '')::uuid)
  with check (org = nullif(current_setting('app.org', true), '')::uuid);

grant select on inbox.hour to triggers_reader;
grant select, insert, update, delete on inbox.hour, inbox.decided to triggers_projector;
