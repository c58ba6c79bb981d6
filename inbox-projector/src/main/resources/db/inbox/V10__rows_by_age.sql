-- So that what is older than the retention is found without reading the rest: these are not parted by day.
create index operation_by_age on inbox.operation (decided_at);
create index marker_by_age on inbox.marker (decided_at);
create index hour_by_age on inbox.hour (hour);
