package dermconf;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.JsonParser;
import org.hl7.fhir.r5.model.CanonicalResource;
import org.hl7.fhir.r5.model.CanonicalType;
import org.hl7.fhir.r5.utils.validation.IResourceValidator;
import org.hl7.fhir.r5.utils.validation.IValidatorResourceFetcher;

/**
 * The resources that references may lead to, by {@code Type/id}.
 *
 * <p>Of one that is not at hand the reference tells the type, and that is all that is given: without it HAPI would
 * not judge the type at all.
 */
final class Corpus implements IValidatorResourceFetcher {
  private static final Pattern TYPED =
      Pattern.compile("(?:https?://[^?#]*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]+)?");

  private final Set<String> types = FhirContext.forR4Cached().getResourceTypes();
  private final Map<String, String> texts = new HashMap<>();

  Corpus(Path resources) throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(resources)) {
      JsonNode resource = json.readTree(line);
      texts.put(resource.path("resourceType").asText() + "/" + resource.path("id").asText(), line);
    }
  }

  @Override
  public Element fetch(IResourceValidator validator, Object context, String url) throws IOException {
    return read(validator.getContext(), url);
  }

  Element read(IWorkerContext context, String url) throws IOException {
    String text = texts.getOrDefault(url, told(url));
    if (text == null) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonParser(context).parseSingle(new ByteArrayInputStream(bytes), new ArrayList<>());
  }

  private String told(String url) {
    Matcher found = TYPED.matcher(url);
    return found.matches() && types.contains(found.group(1))
        ? "{\"resourceType\": \"%s\", \"id\": \"%s\"}".formatted(found.group(1), found.group(2))
        : null;
  }

  @Override
  public boolean resolveURL(
      IResourceValidator validator,
      Object context,
      String path,
      String url,
      String type,
      boolean canonical,
      List<CanonicalType> targets) {
    return true;
  }

  @Override
  public byte[] fetchRaw(IResourceValidator validator, String url) throws IOException {
    throw new IOException("nothing is read from elsewhere");
  }

  @Override
  public IValidatorResourceFetcher setLocale(Locale locale) {
    return this;
  }

  @Override
  public CanonicalResource fetchCanonicalResource(IResourceValidator validator, Object context, String url) {
    return null;
  }

  @Override
  public boolean fetchesCanonicalResource(IResourceValidator validator, String url) {
    return false;
  }

  @Override
  public Set<ResourceVersionInformation> fetchCanonicalResourceVersions(
      IResourceValidator validator, Object context, String url) {
    return Set.of();
  }
}
