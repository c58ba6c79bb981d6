/** Tests of access: claims about keys, their layers, and the organisations behind them. */
@NullMarked
package dev.triggers.access;

import org.jspecify.annotations.NullMarked;
