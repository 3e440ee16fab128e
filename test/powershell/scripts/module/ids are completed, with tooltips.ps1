$id = Start-TestContainer
# The engine has 50 ms to answer; a busy machine may need a second try.
for ($i = 0; $i -lt 60; $i++) {
    $line = "Stop-HcsContainer $($id.Substring(0, 9))"
    $found = @(Get-Offered $line | Where-Object CompletionText -eq $id)
    if ($found.Count -gt 0) { break }
}
Assert-Equal $found.Count 1
Assert-Match $found[0].ToolTip 'running'
Remove-TestContainer $id
