package dev.triggers.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The headers that one event and many may come with. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Parameter(
        in = ParameterIn.HEADER,
        name = "Content-Encoding",
        description = "How the body is compressed; bounds count after inflating.",
        schema =
                @Schema(
                        types = "string",
                        allowableValues = {"gzip", "x-gzip"}))
@Parameter(
        in = ParameterIn.HEADER,
        name = "traceparent",
        description = "W3C trace context, carried through to the topics. One is made where there is none.",
        schema = @Schema(types = "string"))
@interface EventHeaders {}
