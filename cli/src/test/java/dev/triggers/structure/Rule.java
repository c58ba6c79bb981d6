package dev.triggers.structure;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.NullMarked;

/**
 * What modules and packages may see, and how code is written. Patterns such as {@code dev.triggers..inbox..} stand for
 * the module and, alike, for the package of that name in a fixture.
 */
enum Rule {
    COMMON_IS_PLAIN(noClasses()
            .that()
            .resideInAPackage("dev.triggers..common..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "java.sql..", "javax.sql..", "io.lettuce..")),

    ACCESS_SEES_NO_STREAMS(noClasses()
            .that()
            .resideInAPackage("dev.triggers..access..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..")),

    /** No JDBC at all, so no inbox tables; organisations and keys are behind the ports of access. */
    INGEST_SEES_NO_STREAMS_AND_NO_TABLES(noClasses()
            .that()
            .resideInAPackage("dev.triggers..ingest..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka.streams..", "java.sql..", "javax.sql..", "org.postgresql..")),

    PROCESSOR_SEES_NO_WEB_AND_NO_DATABASE(noClasses()
            .that()
            .resideInAPackage("dev.triggers..processor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework.web..",
                    "org.springframework.http..",
                    "jakarta.servlet..",
                    "java.sql..",
                    "javax.sql..",
                    "io.lettuce..")),

    INBOX_SEES_NO_STREAMS(noClasses()
            .that()
            .resideInAPackage("dev.triggers..inbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..")),

    /** So services never depend on each other, and common, access and backends on none. */
    ONLY_CLI_SEES_SERVICES(CompositeArchRule.of(seenByCliOnly("dev.triggers..ingest.."))
            .and(seenByCliOnly("dev.triggers..processor.."))
            .and(seenByCliOnly("dev.triggers..inbox.."))),

    SPRING_STAYS_AT_THE_EDGE(noClasses()
            .that(not(wiring().or(resideInAnyPackage(
                    "dev.triggers..http..", "dev.triggers..kafka..", "dev.triggers..projection.."))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta.servlet..")),

    HTTP_SEES_SPRING_WEB_ONLY(noClasses()
            .that()
            .resideInAPackage("dev.triggers..http..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.springframework..")
                    .and(not(resideInAnyPackage(
                            "org.springframework.web..",
                            "org.springframework.http..",
                            "org.springframework.core.annotation.."))))),

    /** Its error handler is told its pauses by {@code util.backoff}, which thereby belongs to it. */
    LISTENERS_SEE_SPRING_KAFKA_ONLY(noClasses()
            .that()
            .resideInAnyPackage("dev.triggers..kafka..", "dev.triggers..projection..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..", "jakarta.servlet..")
                    .and(not(
                            resideInAnyPackage("org.springframework.kafka..", "org.springframework.util.backoff.."))))),

    NAMES_SAY_WHAT_IT_IS(noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl|Base|Dto|Info)(\\$.*)?")),

    /** Configuration alone takes the system's clock, and hands it on; the processor and common have none. */
    TIME_IS_AN_ARGUMENT(CompositeArchRule.of(noClasses()
                    .that(timed())
                    .should()
                    .accessTargetWhere(describe("it tells the time of the system", Rule::tellsTheTime)))
            .and(noClasses()
                    .that(timed().and(not(resideInAPackage("dev.triggers..config..")))
                            .or(resideInAnyPackage("dev.triggers..processor..", "dev.triggers..common..")))
                    .should()
                    .accessTargetWhere(describe("it gives the system's clock", Rule::givesTheClock)))),

    PACKAGES_ARE_NULL_MARKED(classes().should(beInANullMarkedPackage())),

    /** But for mains, of which nobody knows. */
    PACKAGES_HAVE_NO_CYCLES(
            slices().assignedFrom(packagesWithoutMains()).should().beFreeOfCycles()),

    NOBODY_KNOWS_A_MAIN(noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("dev.triggers..").and(describe("have a main", Rule::hasMain)))),

    CONSTRUCTORS_INJECT(CompositeArchRule.of(noMembers()
                    .should()
                    .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                    .orShould()
                    .beAnnotatedWith("jakarta.inject.Inject")
                    .orShould()
                    .beAnnotatedWith("jakarta.annotation.Resource"))
            .and(noFields().should().beAnnotatedWith("org.springframework.beans.factory.annotation.Value")));

    private final ArchRule rule;

    Rule(ArchRule rule) {
        this.rule = rule;
    }

    ArchRule rule() {
        return rule;
    }

    /** The package of code that breaks this rule. */
    String fixture() {
        return "dev.triggers.structure.fixture."
                + name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    private static ArchRule seenByCliOnly(String service) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(service, "dev.triggers..cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(service);
    }

    private static DescribedPredicate<JavaClass> wiring() {
        return resideInAnyPackage("dev.triggers..config..", "dev.triggers..cli.dev..")
                .or(describe(
                        "are an application",
                        type -> type.getName().replaceFirst("\\$.*", "").endsWith("Application")));
    }

    private static DescribedPredicate<JavaClass> timed() {
        return resideInAnyPackage(
                "dev.triggers..common..",
                "dev.triggers..access..",
                "dev.triggers..ingest..",
                "dev.triggers..processor..",
                "dev.triggers..inbox..");
    }

    private static boolean tellsTheTime(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return switch (access.getName()) {
            case "now" -> owner.getPackageName().startsWith("java.time");
            case "currentTimeMillis" -> owner.isEquivalentTo(System.class);
            default -> false;
        };
    }

    private static boolean givesTheClock(JavaAccess<?> access) {
        return access.getTargetOwner().getPackageName().equals("java.time")
                && (access.getName().startsWith("system") || access.getName().startsWith("tick"));
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        type,
                        type.getPackage().isAnnotatedWith(NullMarked.class),
                        type.getName() + ": no @NullMarked package-info in " + type.getPackageName()));
            }
        };
    }

    private static SliceAssignment packagesWithoutMains() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return hasMain(type) ? SliceIdentifier.ignore() : SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages, mains aside";
            }
        };
    }

    private static boolean hasMain(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method -> method.getName().equals("main")
                        && method.getModifiers().contains(JavaModifier.STATIC)
                        && List.of(String[].class.getName())
                                .equals(method.getRawParameterTypes().stream()
                                        .map(JavaClass::getName)
                                        .toList()));
    }
}
