package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.inbox.projection.Batch;
import dev.triggers.inbox.projection.Projection;
import dev.triggers.inbox.projection.ProjectionMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/**
 * The tables once more, in schema {@value #SCHEMA}, built from the log beside those in use until they take their place.
 * What the log does not hold comes from those in use: definitions of inboxes when a decision about one is applied, and
 * all of it at the swap.
 */
public final class NextGeneration implements Projection {

    static final String SCHEMA = "inbox_next";

    private final DataSource writer;
    private final GenerationSchemas schemas;
    private final CarryOver carryOver;
    private final DayPartitions days;
    private final Retention retention;
    private final Projection projection;

    /**
     * @param owner and {@code writer}: connections of the two roles, to the tables in use
     * @param passwords what the migrations are given
     */
    public NextGeneration(DataSource owner, DataSource writer, InboxSchema.Passwords passwords, Retention retention) {
        this.writer = writer;
        this.schemas = new GenerationSchemas(owner, passwords);
        this.carryOver = new CarryOver();
        this.days = new DayPartitions(OtherSchema.over(owner, SCHEMA));
        this.retention = retention;
        this.projection = new PostgresProjection(
                OtherSchema.over(writer, SCHEMA),
                days,
                retention,
                _ -> {}, // they are there since the record was projected for the first time
                new ProjectionMeters(new SimpleMeterRegistry(), retention.clock()),
                _ -> List.of()); // nobody sees these tables yet
    }

    /** What happens between that nobody changes the tables in use any more and that these take their place. */
    @FunctionalInterface
    public interface LastStep {
        void run() throws SQLException, InterruptedException;
    }

    /** The tables are there from now on, empty, or as far as they were built before by the same version. */
    public void prepare() throws SQLException {
        if (schemas.exists(SCHEMA) && !schemas.isUpToDate(SCHEMA)) {
            schemas.drop(SCHEMA);
        }
        schemas.migrate(SCHEMA);
        days.ensure(DayKeeper.around(retention.today()));
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException {
        return projection.positions(partitions);
    }

    /** Where the tables in use stand. */
    public Map<TopicPartition, Long> positionsInUse(Collection<TopicPartition> partitions) throws SQLException {
        try (Connection connection = writer.getConnection()) {
            return Positions.of(connection, partitions);
        }
    }

    @Override
    public boolean apply(Batch batch) throws SQLException {
        if (!batch.dispositions().isEmpty()) {
            UUID[] inboxes = batch.dispositions().stream()
                    .map(Disposition::inbox)
                    .map(InboxId::value)
                    .distinct()
                    .toArray(UUID[]::new);
            try (Connection connection = writer.getConnection()) {
                carryOver.define(connection, inboxes);
            }
        }
        return projection.apply(batch);
    }

    /**
     * Puts these tables in the place of those in use, or changes nothing and throws. Everybody who works on the tables
     * waits meanwhile.
     *
     * @param catchUp applies what the tables in use have and these have not
     * @param rebuild the one that ends with this
     */
    public void swap(LastStep catchUp, UUID rebuild) throws SQLException, InterruptedException {
        days.ensure(DayKeeper.around(retention.today()));
        schemas.swap(
                () -> {
                    catchUp.run();
                    try (Connection connection = writer.getConnection()) {
                        carryOver.all(connection);
                    }
                },
                rebuild);
    }

    /** Applies decisions that requests have applied already, ahead of their place in the log. */
    public void applyEarly(List<Disposition> decisions) throws SQLException {
        apply(new Batch(Map.of(), List.of(), List.of(), decisions));
    }

    /** Nothing is left of what was built, nor of tables that were replaced. In small steps. */
    public void drop() throws SQLException {
        for (String schema : Stream.of(SCHEMA, GenerationSchemas.OLD).toList()) {
            schemas.drop(schema);
        }
    }

    /** Whether there is something to {@link #drop}. */
    public boolean isThere() throws SQLException {
        return schemas.exists(SCHEMA) || schemas.exists(GenerationSchemas.OLD);
    }
}
