package dev.triggers.structure;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.triggers.structure.fixture.Breaks;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the code to every {@link Rule}, and every rule to its fixture: a rule about an empty package always passes. */
class StructureTest {

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.triggers");

    private static final JavaClasses FIXTURES =
            new ClassFileImporter().importPackages("dev.triggers.structure.fixture");

    @ParameterizedTest
    @EnumSource
    void theCodeKeepsTheRule(Rule rule) {
        rule.rule().check(CODE);
    }

    @ParameterizedTest
    @EnumSource
    void theFixtureBreaksTheRule(Rule rule) {
        JavaClasses fixture = FIXTURES.that(resideInAPackage(rule.fixture() + ".."));
        List<String> culprits = fixture.that(annotatedWith(Breaks.class)).stream()
                .map(JavaClass::getName)
                .toList();

        List<String> violations =
                rule.rule().evaluate(fixture).getFailureReport().getDetails();

        assertThat(culprits)
                .isNotEmpty()
                .allSatisfy(culprit -> assertThat(violations)
                        .anySatisfy(violation -> assertThat(violation).contains(culprit)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "access", "ingest", "processor", "inbox", "backends", "cli"})
    void theRulesSeeTheModule(String module) {
        assertThat(CODE).anySatisfy(type -> assertThat(type.getPackageName()).startsWith("dev.triggers." + module));
    }

    @ParameterizedTest
    @ValueSource(classes = {StructureTest.class, Breaks.class})
    void theRulesSeeNoTest(Class<?> test) {
        assertThat(CODE.contain(test)).isFalse();
    }
}
