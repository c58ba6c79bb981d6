/** What the code may look like: the rules of the modules and of style, and for each a fixture that breaks it. */
@NullMarked
package dev.triggers.structure;

import org.jspecify.annotations.NullMarked;
