$id = Start-TestContainer
$last = @(Get-HcsEvent)[-1].Cursor
Remove-TestContainer $id
$later = @(Get-HcsEvent -After $last)
Assert-True ($later.Count -gt 0)
Assert-True ($later[0].Cursor -gt $last)
