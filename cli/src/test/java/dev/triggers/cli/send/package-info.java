/** Tests of sending: claims about what is repeated, under which name, and how it is counted. */
@NullMarked
package dev.triggers.cli.send;

import org.jspecify.annotations.NullMarked;
