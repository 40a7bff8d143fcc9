// The local variables of a function that hold values to await, and what happens to each of them: where values come in,
// where they go on into another variable, and where somebody may consume them. A list of events, without control flow.
#pragma once
#include "facts/unit_context.h"
#include "language/suspension_cfg.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {

/// A place where a value to await is made and comes into a variable.
struct TaskOrigin {
  const clang::Expr *made = nullptr;
  AwaitableValue value;
  unsigned variable = 0;
};

struct TaskVariable {
  enum class Kind {
    Value,     // it is the value
    Owner,     // a container, pair, optional or owning pointer of values
    Aggregate, // a struct that was initialised with one
  };
  const clang::VarDecl *decl = nullptr;
  Kind kind = Kind::Value;
  bool isAsked = false; // somewhere it is asked whether it is valid, ready or empty
  bool escapes = false; // somewhere a reference or pointer to it is kept, so that others may consume what it gets later
  llvm::SmallVector<const clang::FieldDecl *, 1> fields; // of an aggregate, the members with a value
};

struct TaskEvent {
  enum class Kind {
    Make,    // `origin` comes in, and what was there is overwritten
    Put,     // `origin` comes in, next to what is there
    Take,    // everything in `from` comes in, and what was there is overwritten
    TakeIn,  // the same, next to what is there
    Consume, // whatever is in it may be consumed here
    Shut,    // moved into a closure that never mentions it again
    Clear,   // thrown away with all that is in it
  };
  Kind kind = Kind::Consume;
  unsigned variable = 0;
  unsigned origin = 0;
  unsigned from = 0;
};

struct TaskUses {
  std::vector<TaskVariable> variables;
  std::vector<TaskOrigin> origins;
  llvm::DenseMap<const void *, llvm::SmallVector<TaskEvent, 1>> events; // by expression; of a declaration, by variable

  /// Calls visit for the events of a step, in their order.
  template <class Visit> void at(const FlowElement &element, Visit visit) const {
    if (element.kind == FlowElement::Kind::Destructor || element.kind == FlowElement::Kind::LifetimeEnd) return;
    visitEvents(element.statement, visit);
    if (const auto *declared = llvm::dyn_cast_or_null<clang::DeclStmt>(element.statement))
      for (const clang::Decl *decl : declared->decls()) visitEvents(decl, visit);
  }

  /// The variable whose life ends with this step, if it is one of ours.
  std::optional<unsigned> ended(const FlowElement &element) const {
    if (!element.variable) return std::nullopt;
    for (unsigned i = 0; i < variables.size(); ++i)
      if (variables[i].decl == element.variable) return i;
    return std::nullopt;
  }

private:
  template <class Visit> void visitEvents(const void *key, Visit visit) const {
    auto found = events.find(key);
    if (found == events.end()) return;
    for (const TaskEvent &event : found->second) visit(event);
  }
};

TaskUses findTaskUses(const clang::FunctionDecl &function, UnitContext &unit);

} // namespace coroguard
