package dev.triggers.openapi;

import dev.triggers.common.problem.ProblemCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The problems that are an operation's own, besides those that come with {@link Needs} and with every operation. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Refuses {
    ProblemCode[] value();
}
