// Where work goes that is sent to another loop or thread, as far as the arguments of the call tell.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is the argument this enumerator or function, a call of it, `nullptr`, or a variable that was made from one?
bool isGiven(const clang::Expr *argument, llvm::StringRef name);

class SentTo {
public:
  SentTo(const SinkCall &sink, const clang::Expr &call, llvm::ArrayRef<const clang::Expr *> arguments);

  /// The caller's own thread: nothing is sent anywhere.
  bool isHere() const { return here; }
  /// To the thread of the executor that is called, or one that the arguments choose by a constant, a member, or a
  /// function's result: perhaps the thread to which the object belongs that the work uses.
  bool isPerhapsHome() const { return perhapsHome; }
  /// Does this expression stand for the thread that the work is sent to (when used as an index, the work's own slot)?
  bool isTarget(const clang::Expr &index) const;

private:
  std::string hereName;
  const clang::ValueDecl *chosenBy = nullptr; // the variable that holds the thread's number
  bool here = false;
  bool perhapsHome = false;
};

/// Is it a container of one object per loop: has it members that send work to other loops?
bool sendsElsewhere(const clang::CXXRecordDecl &record, UnitContext &unit);

} // namespace coroguard
