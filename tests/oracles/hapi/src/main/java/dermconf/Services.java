package dermconf;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator.NullEvaluationContext;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.model.Base;

/** What FHIRPath asks of its host: {@code resolve()} finds what the corpus has. */
final class Services extends NullEvaluationContext {
  private final Corpus corpus;

  Services(Corpus corpus) {
    this.corpus = corpus;
  }

  @Override
  public Base resolveReference(FHIRPathEngine engine, Object context, String url, Base reference) {
    try {
      return corpus.read(engine.getWorker(), url);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
