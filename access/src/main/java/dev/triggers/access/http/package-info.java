/** What both HTTP services share: who may come in, how an error looks, and what a service says about itself. */
@NullMarked
package dev.triggers.access.http;

import org.jspecify.annotations.NullMarked;
