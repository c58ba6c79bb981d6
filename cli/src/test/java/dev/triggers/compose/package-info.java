/** That docker-compose.yml and Dockerfile fit the code, as far as can be told without starting a container. */
@NullMarked
package dev.triggers.compose;

import org.jspecify.annotations.NullMarked;
