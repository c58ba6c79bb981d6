package dev.triggers.inbox.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections on which the inbox tables are those of another schema. All our statements and migrations name schema {@code
 * inbox}; here they are sent with the other name in its place, so that what builds a second generation is the very code
 * that builds the first. Values are parameters and never touched.
 */
final class OtherSchema {

    private static final Pattern SCHEMA = Pattern.compile("\\binbox\\.(?=[\\w%\"])|(?<=\\bschema )inbox\\b");

    private final String schema;

    private OtherSchema(String schema) {
        this.schema = schema;
    }

    /** The same connections for schema {@code schema}. */
    static DataSource over(DataSource source, String schema) {
        return new OtherSchema(schema).wrap(DataSource.class, source);
    }

    String renamed(String sql) {
        return SCHEMA.matcher(sql).replaceAll(match -> match.group().startsWith("inbox.") ? schema + "." : schema);
    }

    private <T> T wrap(Class<T> type, T target) {
        InvocationHandler handler = (_, method, arguments) -> invoke(target, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** What takes SQL takes it as its first argument; nothing else of these interfaces begins with a text that matters. */
    private @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        boolean takesSql = arguments != null
                && arguments.length > 0
                && arguments[0] instanceof String
                && (method.getName().startsWith("prepare")
                        || method.getName().startsWith("execute")
                        || method.getName().equals("addBatch")
                        || method.getName().equals("nativeSQL"));
        if (arguments != null && takesSql) {
            arguments[0] = renamed((String) arguments[0]);
        }
        try {
            Object result = method.invoke(target, arguments);
            if (method.getName().equals("getConnection") && result instanceof Connection connection) {
                return wrap(Connection.class, connection);
            }
            return method.getName().equals("createStatement") && result instanceof Statement statement
                    ? wrap(Statement.class, statement)
                    : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
