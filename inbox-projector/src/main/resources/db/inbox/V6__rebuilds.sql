-- Which generation of the tables this is. Every transaction on them holds a lock on this table, shared; the swap that
-- ends a rebuild takes it alone.
create table inbox.generation (
  number bigint not null
);

insert into inbox.generation (number) values (1);

grant select on inbox.generation to triggers_reader, triggers_projector;

-- Rebuilds: what somebody asked for, and how far it is. total: offsets to be read, as far as known; done: of them.
create table inbox.rebuild (
  id       uuid        not null primary key,
  state    text        not null check (state in ('building', 'cancelling', 'done', 'cancelled')),
  began_at timestamptz not null,
  ended_at timestamptz,
  done     bigint      not null default 0,
  total    bigint      not null default 0
);

create unique index rebuild_one_at_a_time on inbox.rebuild ((true)) where ended_at is null;
