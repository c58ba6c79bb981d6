package dev.triggers.access;

/** An org just created, with its first key, which has all scopes and is shown this once. */
public record NewOrg(Org org, IssuedKey key) {}
