package dev.triggers.openapi;

import dev.triggers.access.Scope;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Who may call an operation. One without it needs no key. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Needs {

    /** Any one of them will do; none: any key will. */
    Scope[] value() default {};

    /** Whether it is the operator's token that is needed, and no key. */
    boolean admin() default false;
}
