-- Organisations and their keys. version is raised by one with every change of its row, so that for any key
-- org.version + api_key.version only grows, and of two copies of a key the newer is known.

create table access.org (
    id               uuid        primary key,
    name             text        not null,
    tier             text        not null,
    limit_per_minute bigint      check (limit_per_minute > 0),
    burst            bigint      check (burst > 0),
    suspended        boolean     not null default false,
    version          bigint      not null default 1,
    created_at       timestamptz not null
);

create index org_by_name on access.org (name, created_at, id);

create table access.api_key (
    id         text        primary key,
    org        uuid        not null references access.org (id),
    hash       bytea       not null unique check (octet_length(hash) = 32),
    name       text        not null,
    scopes     text[]      not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    version    bigint      not null default 1
);

create index api_key_by_org on access.api_key (org, created_at, id);
