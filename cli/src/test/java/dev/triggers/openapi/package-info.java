/**
 * The HTTP contract of the whole product, written as annotated interfaces of which springdoc makes
 * {@code /openapi.json}. Controllers write their answers by hand, so nothing could be made of them but their paths;
 * tests here and in {@code proof} hold them to what stands here.
 */
@NullMarked
package dev.triggers.openapi;

import org.jspecify.annotations.NullMarked;
