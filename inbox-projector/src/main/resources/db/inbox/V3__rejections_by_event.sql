-- All submissions of an event id, those that were not accepted too.
create index rejection_by_event on inbox.rejection (event_id);
