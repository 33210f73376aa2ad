// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import org.jspecify.annotations.NullMarked;

import java.util.List;
import java.util.Set;

/// The boundaries of the code base as rules over class files.
final class ArchitectureRules {
    /// Modules from the bottom up; each may know those before it.
    static final List<String> MODULES =
            List.of("engine", "moe", "model", "train", "swarm", "lab", "cli");

    private static final String TESTKIT = "dev.witan.testkit..";
    private static final String ENGINE = "dev.witan.engine";
    private static final String LIBTORCH = "org.bytedeco.pytorch.global.torch";

    /// Methods that the JDK calls restricted: they can crash the process or name native code.
    private static final Set<String> RESTRICTED =
            Set.of(
                    "java.lang.foreign.MemorySegment.reinterpret",
                    "java.lang.foreign.SymbolLookup.libraryLookup",
                    "java.lang.foreign.AddressLayout.withTargetLayout",
                    "java.lang.System.load",
                    "java.lang.System.loadLibrary",
                    "java.lang.Runtime.load",
                    "java.lang.Runtime.loadLibrary");

    private ArchitectureRules() {}

    static ArchRule packagesAreNullMarked() {
        return ArchRuleDefinition.classes().should(liveInNullMarkedPackages());
    }

    static ArchRule packagesHaveNoCycles() {
        return SlicesRuleDefinition.slices().matching("dev.witan.(**)").should().beFreeOfCycles();
    }

    static ArchRule moduleKnowsOnlyModulesBelow(int module) {
        String[] above =
                MODULES.stream()
                        .skip(module + 1L)
                        .map(ArchitectureRules::packages)
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(packages(MODULES.get(module)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above);
    }

    static ArchRule testkitKnowsNoModule() {
        return noClasses()
                .that()
                .resideInAPackage(TESTKIT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        MODULES.stream().map(ArchitectureRules::packages).toArray(String[]::new));
    }

    static ArchRule noModuleKnowsTestkit() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(TESTKIT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(TESTKIT);
    }

    static ArchRule nativeCodeIsConfiguredByTheEngine() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.bytedeco.javacpp.Loader")
                .orShould()
                .callMethodWhere(call("settings of libtorch", ArchitectureRules::setsLibtorch));
    }

    static ArchRule restrictedCallsAreInTheEngine() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould()
                .callMethodWhere(call("restricted", c -> RESTRICTED.contains(name(c))));
    }

    static ArchRule standardStreamsBelongToTheCommand() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.witan.cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
    }

    static ArchRule exceptionsHaveATypeOfTheirOwn() {
        return noClasses()
                .should(GeneralCodingRules.THROW_GENERIC_EXCEPTIONS)
                .orShould()
                .callConstructor(Error.class, String.class)
                .orShould()
                .callConstructor(Error.class)
                .orShould()
                .callConstructor(Error.class, String.class, Throwable.class)
                .orShould()
                .callConstructor(Error.class, Throwable.class);
    }

    static ArchRule staticFieldsAreFinal() {
        return fields().that().areStatic().should().beFinal();
    }

    static ArchRule staticFieldsHoldNoState() {
        return fields().that()
                .areStatic()
                .should()
                .notHaveRawType(DescribedPredicate.describe("a holder", ArchitectureRules::holds));
    }

    static ArchRule loggingIsSlf4j() {
        return noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging");
    }

    static ArchRule namesSayWhatAClassDoes() {
        return noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Helpers|Util|Utils)(\\$.*)?");
    }

    static ArchRule terminalLibrariesBelongToTheCommand() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.witan.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.jline..", "ch.qos.logback..");
    }

    /// Number of classes in a module.
    static long count(JavaClasses classes, String module) {
        return classes.stream()
                .filter(c -> c.getPackageName().matches("dev\\.witan\\." + module + "(\\..*)?"))
                .count();
    }

    private static String packages(String module) {
        return "dev.witan." + module + "..";
    }

    private static boolean setsLibtorch(JavaCall<?> call) {
        String name = name(call);
        return name.startsWith(LIBTORCH + ".set_")
                || name.equals(LIBTORCH + ".manual_seed")
                || name.equals("org.bytedeco.pytorch.GradMode.set_enabled");
    }

    private static boolean holds(JavaClass type) {
        return type.getPackageName().equals("java.util.concurrent.atomic")
                || type.isAssignableTo(ThreadLocal.class);
    }

    private static String name(JavaCall<?> call) {
        return call.getTargetOwner().getFullName() + "." + call.getName();
    }

    private static DescribedPredicate<JavaCall<?>> call(
            String description, java.util.function.Predicate<JavaCall<?>> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static ArchCondition<JavaClass> liveInNullMarkedPackages() {
        return new ArchCondition<>("live in packages with @NullMarked in package-info.java") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                        new SimpleConditionEvent(
                                item, marked, item.getName() + " lives in an unmarked package"));
            }
        };
    }
}
