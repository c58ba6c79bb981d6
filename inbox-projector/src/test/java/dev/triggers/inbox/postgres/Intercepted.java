package dev.triggers.inbox.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Real connections with somebody between: before statements that are executed by their text, and around commits. */
abstract class Intercepted {

    /** The rest of a commit. */
    @FunctionalInterface
    interface Commit {
        void run() throws SQLException;
    }

    void beforeExecuting(String sql) {}

    void commit(Commit real) throws SQLException {
        real.run();
    }

    final DataSource over(DataSource source) {
        return wrap(DataSource.class, source);
    }

    private <T> T wrap(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> invoke(target, method, arguments)));
    }

    private @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("commit")) {
            commit(() -> ((Connection) target).commit());
            return null;
        }
        if (method.getName().equals("execute") && arguments != null && arguments[0] instanceof String sql) {
            beforeExecuting(sql);
        }
        try {
            Object result = method.invoke(target, arguments);
            if (result instanceof Connection connection && method.getName().equals("getConnection")) {
                return wrap(Connection.class, connection);
            }
            return result instanceof Statement statement && method.getName().equals("createStatement")
                    ? wrap(Statement.class, statement)
                    : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
