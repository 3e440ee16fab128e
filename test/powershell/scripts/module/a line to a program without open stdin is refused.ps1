$id = Start-TestContainer
$failure = Assert-Fails { 'reload' | Connect-HcsContainer $id } 'failedPrecondition'
Assert-Match $failure.Exception.Message "^stdin of $id"
Assert-Match $failure.ErrorDetails.RecommendedAction 'Invoke-HcsContainer -Detach -Interactive'
$null = Assert-Fails { 'reload' | Connect-HcsContainer $id -KeepStdin -Follow } 'failedPrecondition'
$null = Assert-Fails { Connect-HcsContainer $id -KeepStdin } 'invalidRequest'
$null = Assert-Fails { Invoke-HcsContainer -Interactive cat } 'invalidRequest'
Assert-Equal (Get-HcsContainer $id).Status 'running'
Remove-TestContainer $id
