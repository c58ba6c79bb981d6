package dev.triggers.access.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /openapi.json} and {@code /asyncapi.json}: the whole product's contract over HTTP and in its topics, the same
 * from every service. No key is asked for.
 */
@RestController
public final class ContractDocuments {

    private final byte[] openApi = resource("openapi.json");
    private final byte[] asyncApi = resource("asyncapi.json");

    @GetMapping("/openapi.json")
    ResponseEntity<byte[]> openApi() {
        return json(openApi);
    }

    @GetMapping("/asyncapi.json")
    ResponseEntity<byte[]> asyncApi() {
        return json(asyncApi);
    }

    private static ResponseEntity<byte[]> json(byte[] document) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document);
    }

    private static byte[] resource(String name) {
        try (InputStream in = ContractDocuments.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": missing (expected: beside this class)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
