#include "tool/inspect/process_tasks.h"
#include "tool/inspect/table.h"
#include "tool/inspect/tree.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coroguard {
namespace {

using testing::HasSubstr;

/// One task of an answer.
std::string task(int number, const std::string &name, const std::string &awaitedBy, const std::string &function = "work") {
  return R"({"task":)" + std::to_string(number) + R"(,"name":")" + name +
         R"(","state":"waiting","waits_for":"Task-9","stack":[{"function":")" + function +
         R"(","at":{"file":"/src/a.cpp","line":7}},{"function":"outer","at":{"file":"/src/a.cpp","line":9}}],"awaited_by":[)" + awaitedBy +
         R"(],"made":{"file":"/src/main.cpp","line":3},"age_ns":1500000000})";
}

std::string by(int number, const std::string &name, const std::string &through = "") {
  return R"({"task":)" + std::to_string(number) + R"(,"name":")" + name + R"(","through":")" + through + R"("})";
}

std::string loop(const std::string &tasks, const std::string &cycles = "") {
  return R"({"loop":"0x10","thread":42,"state":"answered","tasks":[)" + tasks + R"(],"left_off":0,"cycles":[)" + cycles + "]}";
}

ProcessTasks process(const std::string &loops) {
  std::string problem;
  std::optional<ProcessTasks> read = readTasks(R"({"version":1,"pid":5,"loops":[)" + loops + "]}", problem);
  EXPECT_TRUE(read) << problem;
  return read.value_or(ProcessTasks{});
}

std::string problemOf(const std::string &answer) {
  std::string problem;
  EXPECT_FALSE(readTasks(answer, problem));
  return problem;
}

TEST(ProcessTasks, SayWhatIsWrongWithAnAnswer) {
  EXPECT_EQ(problemOf("{"), "the answer is no JSON object");
  EXPECT_EQ(problemOf("[]"), "the answer is no JSON object");
  EXPECT_EQ(problemOf(R"({"version":2})"), "the answer is not in version 1 of the protocol");
  EXPECT_EQ(problemOf(R"({"version":2,"error":"this process speaks version 2"})"), "this process speaks version 2");
}

TEST(ProcessTasks, KeepControlCharactersOffTheTerminal) {
  const ProcessTasks read = process(loop(task(1, R"(a\u001b[31m)", "")));
  EXPECT_EQ(read.loops[0].tasks[0].name, "a?[31m");
  EXPECT_EQ(process(loop(task(1, "\xff", ""))).loops[0].tasks[0].name, "\xef\xbf\xbd"); // no UTF-8
}

TEST(ProcessTasks, AreATableWithALineForEachAwaiter) {
  const ProcessTasks read = process(loop(task(1, "main", "") + "," + task(2, "child", by(1, "main") + "," + by(0, "gather made at b.cpp:1", "gather"))));
  EXPECT_EQ(renderCsv(read), "thread,task,name,state,coroutine stack,awaiter chain,awaiter name,awaiter id,made at,age\n"
                             "42,1,main,waiting for Task-9,work -> outer,,,,main.cpp:3,1.5 s\n"
                             "42,2,child,waiting for Task-9,work -> outer,work -> outer,main,1,main.cpp:3,1.5 s\n"
                             "42,2,child,waiting for Task-9,work -> outer,gather,gather made at b.cpp:1,,main.cpp:3,1.5 s\n");
  EXPECT_THAT(renderTable(read), HasSubstr("\n42      1     main   waiting for Task-9  work -> outer"));
}

TEST(ProcessTasks, AreQuotedWhereCsvNeedsIt) {
  EXPECT_THAT(renderCsv(process(loop(task(1, R"(a \"b\", c)", "")))), HasSubstr(R"(42,1,"a ""b"", c",waiting)"));
}

TEST(ProcessTasks, AreATree) {
  const std::string tasks = task(1, "main", "", "main") + "," + task(2, "a", by(1, "main", "gather")) + "," + task(3, "b", by(1, "main"));
  EXPECT_EQ(renderTree(process(loop(tasks))), "└── (T) main\n"
                                              "    └── outer  /src/a.cpp:9\n"
                                              "        └── main  /src/a.cpp:7\n"
                                              "            ├── (T) a\n"
                                              "            │   └── outer  /src/a.cpp:9\n"
                                              "            │       └── work  /src/a.cpp:7\n"
                                              "            └── (T) b\n"
                                              "                └── outer  /src/a.cpp:9\n"
                                              "                    └── work  /src/a.cpp:7\n");
}

TEST(ProcessTasks, ComeASecondTimeAsOneLine) {
  const std::string tree =
      renderTree(process(loop(task(1, "x", "") + "," + task(2, "y", "") + "," + task(3, "shared", by(1, "x") + "," + by(2, "y")))));
  EXPECT_THAT(tree, HasSubstr("            └── (T) shared\n                └── outer"));
  EXPECT_THAT(tree, HasSubstr("            └── (T) shared  (see above)\n"));
}

TEST(ProcessTasks, HangBelowAFutureThatNobodyAwaits) {
  EXPECT_THAT(renderTree(process(loop(task(1, "a", by(0, "gather made at b.cpp:1"))))),
              HasSubstr("└── (F) gather made at b.cpp:1\n    └── (T) a\n"));
}

TEST(ProcessTasks, InACircleAreMarkedAndReported) {
  const ProcessTasks read = process(loop(task(1, "a", by(2, "b")) + "," + task(2, "b", by(1, "a")), "[1,2]"));
  EXPECT_THAT(renderTree(read), HasSubstr("                    └── (T) a  (await cycle)\n"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(reportTrouble(read), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "coroguard: error: await cycle: a -> b -> a; none of them can go on until one is cancelled\n");
}

TEST(ProcessTasks, InALongChainNeedNoStack) {
  std::string tasks = task(1, "t", "");
  for (int i = 2; i <= 3000; ++i) tasks += "," + task(i, "t", by(i - 1, "t"));
  const std::string tree = renderTree(process(loop(tasks)));
  EXPECT_THAT(tree, HasSubstr("(T) t  (see below)\n"));
  EXPECT_LT(tree.size(), 4'000'000u);
}

TEST(ProcessTasks, OfALoopThatIsBusyOrDoesNotRunAreNotThere) {
  const ProcessTasks read = process(R"({"loop":"0x10","thread":42,"state":"busy","executing":"<Handle>","executing_ns":3200000000,)"
                                    R"("stack":[{"function":"f","at":{"file":"a","line":1}}]},{"loop":"0x20","state":"not running"})");
  testing::internal::CaptureStderr();
  EXPECT_EQ(reportTrouble(read), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "coroguard: error: the loop of thread 42 is busy: executing <Handle> since 3.2 s, in f; its tasks are not shown, try again "
            "when it is free\ncoroguard: note: loop 0x20 does not run; its tasks are not shown\n");
}

} // namespace
} // namespace coroguard
