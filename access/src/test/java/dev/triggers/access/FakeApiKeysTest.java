package dev.triggers.access;

class FakeApiKeysTest extends ApiKeysContract {

    private final FakeApiKeys keys = new FakeApiKeys();

    @Override
    ApiKeys keys() {
        return keys;
    }

    @Override
    Known known() {
        ApiKey key = Keys.fresh();
        return new Known(key, keys.add(key));
    }
}
