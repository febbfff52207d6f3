package dev.ghee.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.ws.rs.Path;

@AnalyzeClasses(packages = "dev.ghee", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FEATURES_FORM_NO_CYCLES = slices().matching("dev.ghee.storage.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a feature can then be read, moved and tested alone; turn one side round with an interface");

    @ArchTest
    static final ArchRule SERVICES_DO_NOT_IMPORT_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("dev.ghee.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.ghee.control..", "dev.ghee.realtime..", "dev.ghee.functions..", "dev.ghee.edge..")
            .because("services meet in platform/contracts and on Kafka only");

    @ArchTest
    static final ArchRule PLATFORM_KNOWS_NO_SERVICE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.ghee.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ghee.storage..")
            .because("platform modules are shared; pass what they need as an interface of theirs");

    @ArchTest
    static final ArchRule RESOURCES_ARE_THIN = noClasses()
            .that()
            .areAnnotatedWith(Path.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.mutiny.sqlclient..", "io.vertx.sqlclient..", "java.sql..")
            .allowEmptyShould(true)
            .because("a resource translates and delegates; statements belong into a store");
}
