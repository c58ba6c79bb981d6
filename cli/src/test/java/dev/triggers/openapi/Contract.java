package dev.triggers.openapi;

import java.lang.reflect.Proxy;
import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/** The interfaces that are the contract. As beans they can be read but not called. */
final class Contract implements ImportBeanDefinitionRegistrar {

    static final List<Class<?>> INTERFACES = List.of(
            EventsApi.class,
            BatchApi.class,
            ReceiptsApi.class,
            InboxApi.class,
            OlderInboxApi.class,
            InboxesApi.class,
            MessagesApi.class,
            OperationsApi.class,
            HistoryApi.class,
            StreamApi.class,
            SignalApi.class,
            ReconciliationApi.class,
            RedrivesApi.class,
            OrgsApi.class,
            KeysApi.class,
            RebuildApi.class,
            AboutApi.class);

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        for (Class<?> api : INTERFACES) {
            registry.registerBeanDefinition(api.getSimpleName(), definition(api));
        }
    }

    private static <T> RootBeanDefinition definition(Class<T> api) {
        return new RootBeanDefinition(
                api,
                () -> api.cast(Proxy.newProxyInstance(
                        api.getClassLoader(), new Class<?>[] {api}, (_, method, _) -> switch (method.getName()) {
                            case "toString" -> api.getName();
                            case "hashCode" -> api.hashCode();
                            default -> throw new UnsupportedOperationException(method + ": described, not served");
                        })));
    }
}
