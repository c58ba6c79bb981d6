package dev.triggers.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The attributes of a CloudEvent in binary mode. Values that are not plain ASCII are percent-encoded UTF-8; any other
 * header that begins with {@code ce-} is an extension.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-specversion",
        description = "With it, or any of id, source and type, the body is the data of a CloudEvent in binary mode.",
        schema = @Schema(types = "string", allowableValues = "1.0"))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-id",
        description = "The dedup id.",
        schema = @Schema(types = "string", minLength = 1))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-source",
        description = "Of a CloudEvent.",
        schema = @Schema(types = "string", format = "uri-reference", minLength = 1))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-type",
        description = "Of a CloudEvent.",
        schema = @Schema(types = "string", minLength = 1))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-subject",
        description = "Of a CloudEvent.",
        schema = @Schema(types = "string", minLength = 1))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-time",
        description = "Of a CloudEvent.",
        schema = @Schema(types = "string", format = "date-time"))
@Parameter(
        in = ParameterIn.HEADER,
        name = "ce-dataschema",
        description = "Of a CloudEvent.",
        schema = @Schema(types = "string", format = "uri-reference"))
@interface CloudEventHeaders {}
