package dermconf;

import org.hl7.fhir.common.hapi.validation.validator.FhirDefaultPolicyAdvisor;
import org.hl7.fhir.r5.utils.validation.IResourceValidator;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;

/** A reference is followed where it leads to something at hand, and what it leads to is checked for its type. */
final class Policy extends FhirDefaultPolicyAdvisor {
  @Override
  public ReferenceValidationPolicy policyForReference(
      IResourceValidator validator,
      Object context,
      String path,
      String url,
      ReferenceDestinationType destination) {
    return ReferenceValidationPolicy.CHECK_TYPE_IF_EXISTS;
  }
}
