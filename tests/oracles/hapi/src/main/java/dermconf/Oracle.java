package dermconf;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import ca.uhn.fhir.validation.ValidationResult;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Judges FHIR R4 resources, one a line, without a network.
 *
 * <p>Arguments: a file of definitions and a file of resources that references may lead to, one a line each. On
 * standard input {@code {"profiles": [...], "text": "..."}}; on standard output
 * {@code {"valid": ..., "micros": ..., "messages": [...]}}.
 */
public final class Oracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FhirValidator validator;

  private Oracle(Path definitions, Path resources) throws IOException {
    FhirContext context = FhirContext.forR4();
    FhirInstanceValidator module = new FhirInstanceValidator(support(context, definitions));
    // Nobody's fault: neither side has the profile.
    module.setErrorForUnknownProfiles(false);
    module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    Corpus corpus = new Corpus(resources);
    module.setValidatorResourceFetcher(corpus);
    module.setHostApplicationServices(new Services(corpus));
    module.setValidatorPolicyAdvisor(new Policy());
    validator = context.newValidator().registerValidatorModule(module);
  }

  public static void main(String[] arguments) throws IOException {
    Oracle oracle = new Oracle(Path.of(arguments[0]), Path.of(arguments[1]));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(oracle.judged(JSON.readTree(line)));
    }
  }

  private static IValidationSupport support(FhirContext context, Path definitions) throws IOException {
    PrePopulatedValidationSupport given = new PrePopulatedValidationSupport(context);
    for (String line : Files.readAllLines(definitions)) {
      given.addResource(context.newJsonParser().parseResource(line));
    }
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            given,
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context),
            unknown);
    // R4 terminologies.html#strength: of the codings of a concept, one has to be in the value set.
    return chain.setCodeableConceptValidationSuccessfulIfNotAllCodingsAreValid(true);
  }

  private ObjectNode judged(JsonNode asked) {
    ValidationOptions options = new ValidationOptions();
    asked.path("profiles").forEach(profile -> options.addProfile(profile.asText()));
    long started = System.nanoTime();
    ObjectNode answer = JSON.createObjectNode();
    try {
      ValidationResult result = validator.validateWithResult(asked.path("text").asText(), options);
      answer.put("valid", result.isSuccessful());
      list(result.getMessages(), answer);
    } catch (RuntimeException error) {
      // The validator's own trouble with a text is no verdict.
      answer.putNull("valid").put("trouble", String.valueOf(error.getMessage()));
    }
    return answer.put("micros", (System.nanoTime() - started) / 1000);
  }

  private static void list(List<SingleValidationMessage> messages, ObjectNode answer) {
    var listed = answer.putArray("messages");
    for (SingleValidationMessage message : messages) {
      listed
          .addObject()
          .put("severity", message.getSeverity().getCode())
          .put("at", message.getLocationString())
          .put("id", message.getMessageId())
          .put("message", message.getMessage());
    }
  }
}
