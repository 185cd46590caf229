// Profiles that between them use everything that a snapshot has to be made from. Invented for the tests.

Invariant: photo-1
Description: "A photograph of skin has a body site."
Severity: #error
Expression: "bodySite.exists()"

Invariant: conf-1
Description: "A confidence lies between 0 and 1."
Severity: #error
Expression: "value.ofType(Quantity).value <= 1"

ValueSet: Methods
Id: methods
Title: "Methods"
* http://example.org/fhir/CodeSystem/methods#segmentation
* http://example.org/fhir/CodeSystem/methods#classification

Extension: Dermoscope
Id: dermoscope
Context: Device
* value[x] only string

Extension: Lesion
Id: lesion
Context: Observation
* extension contains
    width 1..1 and
    remark 0..1
* extension[width].value[x] only Quantity
* extension[width].valueQuantity.code = #mm
* extension[remark].value[x] only string

Extension: Retracted
Id: retracted
Context: Observation
* . ?!
* value[x] only boolean

// 1 cardinality, flags, fixed value, binding, invariant
Profile: Photo
Parent: Media
Id: photo
* obeys photo-1
* status = #completed (exactly)
* subject 1..1
* subject only Reference(Patient)
* bodySite 1..1 MS
* bodySite from http://hl7.org/fhir/ValueSet/body-site (required)
* height 0..0

// 2 a profile of a profile
Profile: CloseUp
Parent: Photo
Id: close-up
* content.contentType 1..1
* content.contentType = #image/jpeg
* content.data 0..0
* modality 1..1

// 3 slices by pattern, with children
Profile: SkinFinding
Parent: Observation
Id: skin-finding
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains imaging 1..1
* category[imaging] = http://terminology.hl7.org/CodeSystem/observation-category#imaging
* method 1..1
* method from Methods (required)
* derivedFrom 1..*
* derivedFrom only Reference(Media or ImagingStudy or DocumentReference)
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #closed
* component contains confidence 1..1 and finding 0..*
* component[confidence].code = http://example.org/fhir/CodeSystem/parts#confidence
* component[confidence].value[x] 1..1
* component[confidence].value[x] only Quantity
* component[confidence] obeys conf-1
* component[finding].code = http://example.org/fhir/CodeSystem/parts#finding
* component[finding].value[x] only CodeableConcept

// 4 deeper into the slices of a parent
Profile: Prediction
Parent: SkinFinding
Id: prediction
* status = #preliminary
* meta.security ^slicing.discriminator.type = #pattern
* meta.security ^slicing.discriminator.path = "$this"
* meta.security ^slicing.rules = #open
* meta.security contains ai 1..1
* meta.security[ai] = http://terminology.hl7.org/CodeSystem/v3-ObservationValue#AIAST
* component[confidence].valueQuantity.value 1..1
* component[confidence].valueQuantity.unit 0..0
* component[finding] 1..3
* device 1..1

// 5 a slice of a slice
Profile: Reslice
Parent: Observation
Id: reslice
* component ^slicing.discriminator.type = #value
* component ^slicing.discriminator.path = "code.coding.system"
* component ^slicing.rules = #open
* component contains size 1..*
* component[size] ^slicing.discriminator.type = #value
* component[size] ^slicing.discriminator.path = "code.coding.code"
* component[size] ^slicing.rules = #open
* component[size] contains width 1..1 and height 0..1
* component[size][width].code.coding 1..1
* component[size][height].value[x] only Quantity

// 6 the types of a choice
Profile: Choices
Parent: Observation
Id: choices
* value[x] only Quantity or CodeableConcept
* valueQuantity.code = #mm
* valueCodeableConcept from Methods (extensible)
* effectiveDateTime 1..1

// 7 a choice with one type
Profile: OneType
Parent: Observation
Id: one-type
* value[x] only Quantity
* value[x] 1..1
* valueQuantity.system = "http://unitsofmeasure.org" (exactly)
* effective[x] only dateTime

// 8 extensions: simple, complex, modifier
Profile: Extended
Parent: Observation
Id: extended
* extension contains Lesion named lesion 0..1
* extension[lesion].extension[width].valueQuantity.value 1..1
* modifierExtension contains Retracted named retracted 0..1

// 9 an extension on an element of a datatype
Profile: DeepExtension
Parent: Device
Id: deep-extension
* deviceName.extension contains Dermoscope named dermoscope 1..1
* identifier.type.text 1..1

// 10 an element that is defined elsewhere
Profile: Referenced
Parent: Observation
Id: referenced
* component.referenceRange 1..1
* component.referenceRange.text 1..1
* component.referenceRange.low.value 1..1

// 11 the same, nested without end
Profile: Items
Parent: Questionnaire
Id: items
* item 1..*
* item.item.linkId = "a"
* item.item.item.text 1..1
* item.item.item.item 0..0

// 12 a profile of a datatype
Profile: Millimetres
Parent: Quantity
Id: millimetres
* value 1..1
* system = "http://unitsofmeasure.org"
* code = #mm

// 13 a profile of a datatype in use
Profile: WithMillimetres
Parent: Observation
Id: with-millimetres
* value[x] only Millimetres
* valueQuantity.unit 1..1

// 14 Reference, its targets, its identifier
Profile: Linked
Parent: Observation
Id: linked
* subject only Reference(Patient)
* subject.reference 1..1
* subject.identifier.system 1..1
* derivedFrom only Reference(Photo)
* focus 0..0

// 15 Bundle: slices by the type of a resource
Profile: Collection
Parent: Bundle
Id: collection
* type = #collection
* entry ^slicing.discriminator.type = #profile
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains photo 1..1 and finding 0..*
* entry[photo].resource 1..1
* entry[photo].resource only Photo
* entry[finding].resource only SkinFinding

// 16 coding inside a concept
Profile: Coded
Parent: Condition
Id: coded
* code.coding ^slicing.discriminator.type = #value
* code.coding ^slicing.discriminator.path = "system"
* code.coding ^slicing.rules = #open
* code.coding contains snomed 0..1 and icd 0..1
* code.coding[snomed].system = "http://snomed.info/sct"
* code.coding[snomed].code 1..1
* code.coding[icd].system = "http://hl7.org/fhir/sid/icd-10"
* code.text 1..1

// 17 constraints on what is sliced reach the slices
Profile: Inherited
Parent: Observation
Id: inherited
* component.code.text 1..1
* component.dataAbsentReason 0..0
* component ^slicing.discriminator.type = #exists
* component ^slicing.discriminator.path = "value"
* component ^slicing.rules = #openAtEnd
* component ^slicing.ordered = true
* component contains valued 0..*
* component[valued].value[x] 1..1
* component[valued].code.coding 1..*

// 18 a profile of a core profile
Profile: BodySurface
Parent: http://hl7.org/fhir/StructureDefinition/vitalsigns
Id: body-surface
* value[x] only Quantity
* category[VSCat].text 1..1
* component 0..0

// 19 minimum and maximum values, lengths
Profile: Bounded
Parent: Observation
Id: bounded
* value[x] only integer
* value[x] ^minValueInteger = 0
* value[x] ^maxValueInteger = 10
* note.text ^maxLength = 200

// 20 Provenance with sliced agents
Profile: Assertion
Parent: Provenance
Id: assertion
* agent ^slicing.discriminator.type = #pattern
* agent ^slicing.discriminator.path = "type"
* agent ^slicing.rules = #open
* agent contains assembler 1..1
* agent[assembler].type = http://terminology.hl7.org/CodeSystem/provenance-participant-type#assembler
* agent[assembler].who only Reference(Device)
* entity.agent 1..1
* entity.agent.role 1..1

// 21 a parent's choice slice, taken further
Profile: ChoicesFurther
Parent: Choices
Id: choices-further
* valueQuantity 1..1
* valueQuantity.unit 1..1
* valueQuantity.code 1..1

// 22 contained resources and an abstract one
Profile: Container
Parent: DiagnosticReport
Id: container
* contained 1..*
* contained only Photo
* media.link only Reference(Photo)
* result only Reference(SkinFinding or Prediction)

// 23 Identifier with slices of its own
Profile: Named
Parent: Patient
Id: named
* identifier 1..*
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains study 1..1
* identifier[study].system = "http://example.org/study"
* identifier[study].assigner.display 1..1
* name.family 1..1
* name.extension contains http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation named representation 0..1
* maritalStatus from http://hl7.org/fhir/ValueSet/marital-status (required)
