// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

import dev.witan.engine.offences.Upwards;
import dev.witan.offences.Offences;
import dev.witan.offences.ring.Ring;
import dev.witan.testkit.offences.Outwards;

import org.junit.jupiter.api.Test;

/// Each rule of [ArchitectureRules] against classes that break it.
final class ArchitectureRulesTest {
    private static final JavaClasses OFFENCES =
            new ClassFileImporter()
                    .importPackagesOf(Offences.class, Ring.class, Upwards.class, Outwards.class);

    @Test
    void everyRuleFindsItsOffence() {
        finds(ArchitectureRules.packagesAreNullMarked(), "Offences");
        finds(ArchitectureRules.packagesHaveNoCycles(), "Ring");
        finds(ArchitectureRules.moduleKnowsOnlyModulesBelow(0), "Upwards");
        finds(ArchitectureRules.testkitKnowsNoModule(), "Outwards");
        finds(ArchitectureRules.noModuleKnowsTestkit(), "Offences.ofTestkit");
        finds(ArchitectureRules.nativeCodeIsConfiguredByTheEngine(), "Offences.loader");
        finds(ArchitectureRules.nativeCodeIsConfiguredByTheEngine(), "Offences.threads");
        finds(ArchitectureRules.restrictedCallsAreInTheEngine(), "Offences.reinterpreted");
        finds(ArchitectureRules.restrictedCallsAreInTheEngine(), "Offences.linker");
        finds(ArchitectureRules.standardStreamsBelongToTheCommand(), "Offences.print");
        finds(ArchitectureRules.terminalLibrariesBelongToTheCommand(), "Offences.ofTerminal");
        finds(ArchitectureRules.gRpcBelongsToItsAdapter(), "Offences.ofGrpc");
        finds(ArchitectureRules.certificatesBelongToIdentity(), "Offences.ofCertificates");
        finds(ArchitectureRules.exceptionsHaveATypeOfTheirOwn(), "Offences.runtimeException");
        finds(ArchitectureRules.exceptionsHaveATypeOfTheirOwn(), "Offences.error");
        finds(ArchitectureRules.staticFieldsAreFinal(), "Offences.counter");
        finds(ArchitectureRules.staticFieldsHoldNoState(), "Offences.HOLDER");
        finds(ArchitectureRules.loggingIsSlf4j(), "Offences.logger");
        finds(ArchitectureRules.namesSayWhatAClassDoes(), "OffenceManager");
    }

    private static void finds(ArchRule rule, String offender) {
        assertThat(rule.evaluate(OFFENCES).getFailureReport().getDetails())
                .as(rule.getDescription())
                .anyMatch(detail -> detail.contains(offender));
    }
}
