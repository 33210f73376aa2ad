// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The boundaries that the modules keep; [ArchitectureRulesTest] shows that each rule can fail.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    void readClasses() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.witan");
    }

    /// A rule over nothing holds, so no module may be missing.
    @ParameterizedTest
    @CsvSource({
        "engine, 25",
        "moe, 30",
        "model, 25",
        "train, 60",
        "swarm, 200",
        "lab, 20",
        "cli, 10",
        "testkit, 25"
    })
    void everyModuleIsSeen(String module, int atLeast) {
        assertThat(ArchitectureRules.count(classes, module)).isGreaterThan(atLeast);
    }

    @Test
    void packagesAreNullMarked() {
        check(ArchitectureRules.packagesAreNullMarked());
    }

    @Test
    void packagesHaveNoCycles() {
        check(ArchitectureRules.packagesHaveNoCycles());
    }

    @Test
    void modulesKnowOnlyModulesBelow() {
        for (int module = 0; module < ArchitectureRules.MODULES.size() - 1; module++) {
            check(ArchitectureRules.moduleKnowsOnlyModulesBelow(module));
        }
    }

    @Test
    void testkitStandsAlone() {
        check(ArchitectureRules.testkitKnowsNoModule());
        check(ArchitectureRules.noModuleKnowsTestkit());
    }

    @Test
    void nativeCodeIsConfiguredByTheEngine() {
        check(ArchitectureRules.nativeCodeIsConfiguredByTheEngine());
    }

    @Test
    void restrictedCallsAreInTheEngine() {
        check(ArchitectureRules.restrictedCallsAreInTheEngine());
    }

    @Test
    void standardStreamsBelongToTheCommand() {
        check(ArchitectureRules.standardStreamsBelongToTheCommand());
    }

    @Test
    void terminalLibrariesBelongToTheCommand() {
        check(ArchitectureRules.terminalLibrariesBelongToTheCommand());
    }

    @Test
    void librariesOfTheSwarmStayInTheirPackages() {
        check(ArchitectureRules.gRpcBelongsToItsAdapter());
        check(ArchitectureRules.certificatesBelongToIdentity());
        check(ArchitectureRules.theCoreOfTheSwarmKnowsNoTensor());
    }

    @Test
    void exceptionsHaveATypeOfTheirOwn() {
        check(ArchitectureRules.exceptionsHaveATypeOfTheirOwn());
    }

    @Test
    void staticFieldsHoldNoState() {
        check(ArchitectureRules.staticFieldsAreFinal());
        check(ArchitectureRules.staticFieldsHoldNoState());
    }

    @Test
    void loggingIsSlf4j() {
        check(ArchitectureRules.loggingIsSlf4j());
    }

    @Test
    void namesSayWhatAClassDoes() {
        check(ArchitectureRules.namesSayWhatAClassDoes());
    }

    private void check(ArchRule rule) {
        assertThat(classes).hasSizeGreaterThan(450);
        rule.check(classes);
    }
}
