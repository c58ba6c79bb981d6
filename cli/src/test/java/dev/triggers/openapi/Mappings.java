package dev.triggers.openapi;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.StaticWebApplicationContext;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What Spring would map to a controller: method, path, and what it consumes. */
final class Mappings extends RequestMappingHandlerMapping {

    /** Not for callers: where the container forwards what it refused. */
    private static final String ERROR = "/error";

    private Mappings() {}

    static List<String> of(Class<?> type) {
        Mappings mappings = new Mappings();
        mappings.setApplicationContext(new StaticWebApplicationContext());
        mappings.afterPropertiesSet();
        List<String> found = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            @Nullable RequestMappingInfo info = mappings.getMappingForMethod(method, type);
            if (info != null && !info.getPatternValues().contains(ERROR)) {
                info.getPatternValues()
                        .forEach(path -> found.add(info.getMethodsCondition().getMethods() + " " + path
                                + " "
                                + info.getConsumesCondition().getConsumableMediaTypes()));
            }
        }
        return found;
    }

    /** Every controller of the product. */
    static List<Class<?>> controllers() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(RestController.class));
        return scanner.findCandidateComponents("dev.triggers").stream()
                .<Class<?>>map(found -> ClassUtils.resolveClassName(
                        String.valueOf(found.getBeanClassName()), Mappings.class.getClassLoader()))
                .filter(type ->
                        !Arrays.asList(type.getPackageName().split("\\.")).contains("openapi"))
                .toList();
    }
}
